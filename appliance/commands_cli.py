"""`python -m appliance create-account`: makes the first clerk of a real installation, and any account after."""

import argparse
import getpass
import sys
from collections.abc import Callable
from typing import TextIO

from appliance.core.people import Role
from appliance.services.enrolment import WITH_ACCOUNT, Enrolment, Unfit


def add_create_account_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command is told; the password never is an argument, where other users could read it."""
    parser.add_argument("login", help="letters, digits and . - _")
    parser.add_argument("--name", required=True, help="the person's full name")
    parser.add_argument("--role", required=True, choices=[role.value for role in WITH_ACCOUNT])
    parser.add_argument("--member", help="the member's id, when the person is a delegate too")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of input")


def run_create_account(
    args: argparse.Namespace,
    enrolment: Enrolment,
    *,
    given: TextIO = sys.stdin,
    told: TextIO = sys.stderr,
    ask: Callable[[str], str] = getpass.getpass,
) -> int:
    """Create the account, and say so; the exit status. Raises Fault."""
    try:
        password = given.readline().rstrip("\r\n") if args.password_stdin else _asked_twice(ask)
        account = enrolment.create_account(args.login, args.name, Role(args.role), password, args.member)
    except Unfit as unfit:
        told.write(f"{unfit}\n")
        return 1
    told.write(f"{account.name} signs in as {account.id} ({account.role}).\n")
    return 0


def _asked_twice(ask: Callable[[str], str]) -> str:
    password = ask("Password: ")
    if ask("The same again: ") != password:
        raise Unfit("the two passwords differ")
    return password
