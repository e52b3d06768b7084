//! `kubechat`: the host and its command line; also the child that compiles components.

use std::process::ExitCode;

fn main() -> ExitCode {
    // First of all, before threads, runtimes or logging exist: the compiling child has no business with any of them.
    kubechat_plugin::run_compile_child_if_asked();
    kubechat_server::cli::main(std::env::args_os())
}
