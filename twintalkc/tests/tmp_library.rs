#[test]
fn library() {
    let sources = twintalkc::library::sources();
    match twintalkc::compile(&[], twintalkc::Target::Library) {
        Ok(c) => {
            println!("ok");
            std::fs::write("/tmp/library.rs", twintalkc::pretty(c.tokens)).unwrap();
            print!("{}", c.warnings.render(&sources, false));
        }
        Err(d) => print!("{}", d.render(&sources, false)),
    }
}
