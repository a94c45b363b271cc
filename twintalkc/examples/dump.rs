fn main() {
    let mut a = std::env::args().skip(1);
    let t = match a.next().unwrap().as_str() {
        "twins" => twintalkc::Target::Twins,
        "program" => twintalkc::Target::Program,
        _ => twintalkc::Target::Library,
    };
    let s: Vec<_> = a.map(|p| twintalkc::Source::new(p.clone(), std::fs::read_to_string(p).unwrap())).collect();
    match twintalkc::compile(&s, t) {
        Ok(c) => println!("{}\n{}", twintalkc::pretty(c.tokens), c.warnings.render(&s, false)),
        Err(d) => println!("{}", d.render(&s, false)),
    }
}
