"""The commands, one file per group. A command parses, calls the steps, prints the report and sets the exit code."""
