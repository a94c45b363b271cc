use twintalk_runtime::twin;

twin! { r#"
    Twin subclass: #Pump
        instanceVariables: 'press'.

    Pump>>press: bar
        press := bar + undefinedName.
"# }

fn main() {}
