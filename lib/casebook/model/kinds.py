"""What an option is for"""


def is_retrieval(kind) -> "flag":
    """Prompt with retrieval"""
    return (kind == "rag") | (kind == "cached_rag")


def is_plain_prompt(kind) -> "flag":
    """Prompt without retrieval"""
    return (kind == "prompt") | (kind == "cached_prompt")


def is_tuned(kind) -> "flag":
    """Tuned side"""
    return (kind == "fine_tune_hosted") | (kind == "fine_tune_self_hosted") | (kind == "hybrid")


def tie_order(kind_rank, option_count, option_position) -> "order":
    """Order of preference at a tie: the earlier kind, then the earlier option"""
    return kind_rank * option_count + option_position
