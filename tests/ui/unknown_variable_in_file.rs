twintalk_runtime::twin!(file "pump.st");
twintalk_runtime::twin!(file "gone.st");

fn main() {}
