use twintalk_runtime::twin;

twin! {
    Twin subclass: Pump [
        | press |
        half [ // a comment, as it should be
            ^press // 2
        ]
    ]
}

fn main() {}
