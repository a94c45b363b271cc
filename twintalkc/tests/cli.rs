//! What the command says to bad input, and its exit status.

use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Files for one test; commands run among them.
struct Place(TempDir);

impl Place {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let place = Place(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            let path = place.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        place
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Exit status and standard error.
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twintalkc"));
        let done = command.current_dir(self.0.path()).env("TWINTALK_CACHE", self.path("cache")).args(arguments).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        format!("exit {}\n{said}", done.status.code().unwrap())
    }
}

#[test]
fn a_missing_path() {
    let place = Place::new(&[]);
    insta::assert_snapshot!(place.run(&["check", "gone.st"]), @r"
    exit 1
    error: `gone.st` does not exist

    1 error
    ");
}

#[test]
fn all_missing_paths_are_told_at_once() {
    let place = Place::new(&[("a.st", b"'a' foo.")]);
    insta::assert_snapshot!(place.run(&["check", "gone.st", "a.st", "away.st"]), @r"
    exit 1
    error: `gone.st` does not exist

    error: `away.st` does not exist

    2 errors
    ");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(&[("locked.st", b"")]);
    fs::set_permissions(place.path("locked.st"), fs::Permissions::from_mode(0o0)).unwrap();
    // The superuser reads everything.
    if fs::read(place.path("locked.st")).is_err() {
        insta::assert_snapshot!(place.run(&["check", "locked.st"]), @r"
        exit 1
        error: cannot read `locked.st`: permission denied

        1 error
        ");
    }
}

#[test]
fn a_path_through_a_file() {
    let place = Place::new(&[("a.st", b"")]);
    insta::assert_snapshot!(place.run(&["check", "a.st/b.st"]), @r"
    exit 1
    error: cannot read `a.st/b.st`: not a directory

    1 error
    ");
}

#[test]
fn an_empty_file() {
    let place = Place::new(&[("empty.st", b" \n")]);
    insta::assert_snapshot!(place.run(&["check", "empty.st"]), @r"
    exit 0
    warning: `empty.st` is empty

    1 warning
    ");
}

#[test]
fn text_that_is_not_utf_8() {
    let place = Place::new(&[("latin.st", b"\"A caf\xe9\"\nTwin subclass: #Pump instanceVariables: ''.\n")]);
    insta::assert_snapshot!(place.run(&["check", "latin.st"]), @r#"
    exit 1
    error: this text is not UTF-8
     --> latin.st:1:7
      |
    1 | "A caf�"
      |       ^ the first invalid byte
      |
      = help: older Smalltalks write Latin-1: convert the file with `iconv -f latin1 -t utf-8`

    1 error
    "#);
}

#[test]
fn a_directory_given_as_a_file() {
    let place = Place::new(&[("twins/a.st", b"")]);
    insta::assert_snapshot!(place.run(&["run", "twins"]), @r"
    exit 1
    error: `twins` is a directory, where a file is needed
     |
     = help: name the `.st` files in it

    1 error
    ");
}

#[test]
fn a_directory_without_sources() {
    let place = Place::new(&[("twins/notes.txt", b"")]);
    insta::assert_snapshot!(place.run(&["check", "twins"]), @r"
    exit 1
    error: no Smalltalk files in `twins`
     |
     = help: looked for `*.st` here and in the directories below

    1 error
    ");
}

#[test]
fn an_output_that_cannot_be_written() {
    let place = Place::new(&[("a.st", b"\"nothing\" 'a'.")]);
    insta::assert_snapshot!(place.run(&["emit", "a.st", "-o", "no/such/file.rs"]), @r"
    exit 2
    error: cannot write `no/such/file.rs`: No such file or directory (os error 2)
    ");
}

#[test]
fn what_is_emitted_is_what_the_sources_are() {
    let twin = b"Twin subclass: #Pump instanceVariables: 'press'." as &[u8];
    let program =
        b"Object subclass: #Counter instanceVariables: 'n'.\nCounter>>next\n\t^ n := (n ifNil: [ 0 ]) + 1.\n\nCounter new next." as &[u8];
    let place = Place::new(&[("pump.st", twin), ("counter.st", program)]);
    let emitted = |arguments: &[&str]| {
        assert_eq!(place.run(&[&["emit", "-o", "out.rs"], arguments].concat()), "exit 0\n");
        fs::read_to_string(place.path("out.rs")).unwrap()
    };
    assert!(emitted(&["pump.st"]).contains("pub struct Pump"));
    let inferred = emitted(&["counter.st"]);
    assert!(inferred.contains("pub static PROGRAM") && inferred.contains("statement_1"), "{inferred}");
    assert_eq!(inferred, emitted(&["counter.st", "--target", "program"]));
    assert_ne!(inferred, emitted(&["counter.st", "--no-inference"]));
}

#[test]
fn a_new_crate_needs_a_name_cargo_takes() {
    let place = Place::new(&[("taken/x", b"")]);
    insta::assert_snapshot!(place.run(&["new", "2 pumps"]), @r"
    exit 2
    error: `2 pumps` cannot be the name of a crate
    help: use a letter, then letters, digits, `-` or `_`
    ");
    insta::assert_snapshot!(place.run(&["new", "taken"]), @r"
    exit 2
    error: `taken` exists already
    help: choose another name
    ");
}

#[test]
fn a_new_crate_has_all_it_needs() {
    let place = Place::new(&[]);
    insta::assert_snapshot!(place.run(&["new", "plant"]), @r"
    exit 0
    created `plant`; now: cd plant && cargo run
    ");
    for file in ["Cargo.toml", "build.rs", "src/main.rs", "twins/sensor.st", "README.md", ".gitignore"] {
        let text = fs::read_to_string(place.path("plant").join(file)).unwrap();
        assert!(!["NAME", "WORKSPACE", "RUNTIME", "COMPILER"].iter().any(|blank| text.contains(blank)), "{file}: {text}");
    }
    assert!(place.run(&["check", "plant/twins"]).starts_with("exit 0"));
}

#[test]
fn nothing_to_do_is_a_wrong_command_line() {
    assert!(Place::new(&[]).run(&["check"]).starts_with("exit 2"));
}

#[test]
fn help_names_examples() {
    for command in ["check", "emit", "run", "build", "serve", "new", "store"] {
        let done = Command::new(env!("CARGO_BIN_EXE_twintalkc")).args([command, "--help"]).output().unwrap();
        assert!(String::from_utf8(done.stdout).unwrap().contains("Example"), "{command}");
    }
    assert!(!Path::new("cache").exists());
}
