"""`python -m casebook`: the command, where a script on the path is not wanted."""

from casebook.cli import main

main(prog_name="casebook")
