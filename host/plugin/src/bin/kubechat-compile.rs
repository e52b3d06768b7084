//! The compiling child as a program of its own, for tests and benches that have no `kubechat` to start.
//!
//! Exit codes: those of the child; 2 if it was not started as one.

fn main() {
    kubechat_plugin::run_compile_child_if_asked();
    std::process::exit(2)
}
