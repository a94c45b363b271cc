use twintalk_runtime::twin;

twin! {
    Twin subclass: Pump [
        | press |
        press: bar [ press := bar + undefinedName. ]
    ]
}

fn main() {}
