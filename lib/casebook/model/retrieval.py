"""Retrieval"""

import numpy as np


def vector_database_cost(vector_db_per_month, vector_db_minimum_per_month) -> "$/month":
    """Vector database, at least its minimum"""
    return np.maximum(vector_db_per_month, vector_db_minimum_per_month)


def initial_embedding_cost(corpus_tokens, embedding_price, tokens_per_price_unit) -> "$":
    """Embedding of the corpus"""
    return corpus_tokens * embedding_price / tokens_per_price_unit


def reindexed_share(reindex_share_per_month, reembed_every_months) -> "share/month":
    """Share of the corpus embedded again each month"""
    return reindex_share_per_month + np.where(reembed_every_months > 0, 1 / reembed_every_months, 0)


def reindex_cost(initial_embedding_cost, reindexed_share, llm_price_factor) -> "$/month":
    """Embedding of what changed"""
    return initial_embedding_cost * reindexed_share * llm_price_factor


def reindex_labour(full_scope, reindex_hours_per_month, labour_rate) -> "$/month":
    """Labour of re-indexing"""
    return full_scope * reindex_hours_per_month * labour_rate


def retrieval_cost(vector_database_cost, reindex_cost, reindex_labour) -> "$/month":
    """Retrieval: vector database and re-indexing"""
    return vector_database_cost + reindex_cost + reindex_labour
