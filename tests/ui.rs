//! What the compiler says to users of `twin!`, and where.

#[test]
fn errors_stand_where_the_user_wrote_them() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
