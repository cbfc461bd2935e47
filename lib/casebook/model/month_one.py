"""The first month"""

from casebook.model.row import at


def first_own_calls(own_calls) -> "calls/month":
    """Calls that this option answers itself, month 1"""
    return at(own_calls, 1)


def tokens_per_call(input_tokens, output_tokens) -> "tokens/call":
    """Tokens of a call, input and output"""
    return input_tokens + output_tokens
