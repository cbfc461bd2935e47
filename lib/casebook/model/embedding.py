"""What embedding costs

Lines of the calculator `embedding`, a column an option that retrieves; source article, claim 113.
"""

import numpy as np

from casebook.model.row import at, running_total


def churn_cost(initial_embedding_cost, reindex_share_per_month) -> "$/month":
    """Embedding of what changed, month 1"""
    return initial_embedding_cost * reindex_share_per_month


def reembedding_cost(initial_embedding_cost, reembed_every_months) -> "$/month":
    """Embedding everything anew with another model, average of a month"""
    return np.where(reembed_every_months > 0, initial_embedding_cost / reembed_every_months, 0)


def query_embedding_cost(embedding_cost, first_own_calls) -> "$/month":
    """Embedding of the queries, month 1"""
    return at(embedding_cost, 1) * first_own_calls


def embedding_per_month(churn_cost, reembedding_cost, query_embedding_cost) -> "$/month":
    """Embedding, month 1"""
    return churn_cost + reembedding_cost + query_embedding_cost


def tokens_embedded(corpus_tokens, reindexed_share, query_tokens, first_own_calls) -> "tokens/month":
    """Tokens embedded in month 1, of the corpus and of the queries"""
    return corpus_tokens * reindexed_share + query_tokens * first_own_calls


def embedding_share(cash_per_month, embedding_per_month) -> "share":
    """Embedding as a share of the option's month"""
    return np.where(cash_per_month > 0, embedding_per_month / cash_per_month, 0)


def is_major_line(embedding_share, major_line_share, tolerance) -> "flag":
    """Embedding is a major line"""
    return embedding_share >= major_line_share - tolerance


def embedding_month(reindex_cost, embedding_cost, own_calls) -> "$/month":
    """Embedding of the month"""
    return reindex_cost + embedding_cost * own_calls


def embedding_so_far(embedding_month) -> "$":
    """Embedding up to the end of the month, the first of the corpus left out"""
    return running_total(embedding_month)


def embedding_over_horizon(initial_embedding_cost, embedding_so_far, final_month) -> "$":
    """Embedding over the horizon, the first of the corpus included"""
    return initial_embedding_cost + at(embedding_so_far, final_month)


def embedding_share_of_total(tco, embedding_over_horizon) -> "share":
    """Embedding as a share of the option's total cost"""
    return np.where(tco > 0, embedding_over_horizon / tco, 0)


def corpus_price(embedding_price, reindexed_share, tokens_per_price_unit) -> "$/token":
    """What one more token of the corpus costs a month"""
    return embedding_price * reindexed_share / tokens_per_price_unit


def corpus_room(cash_per_month, major_line_share, embedding_per_month) -> "$/month":
    """What embedding may cost more before it is a major line"""
    return (major_line_share * cash_per_month - embedding_per_month) / (1 - major_line_share)


def corpus_for_major_line(corpus_price, corpus_room, corpus_tokens) -> "tokens":
    """Corpus from which embedding is a major line (unknown where none of it is embedded again)"""
    return np.where(corpus_price > 0, np.maximum(0, corpus_tokens + corpus_room / corpus_price), np.nan)
