fn main() {
    twintalkc::Build::new().path("twins").compile();
}
