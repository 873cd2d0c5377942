"""One module per command of `bin/`; each has `main(argv) -> exit status`."""
