"""What a query of the retrieval pipeline costs

Lines of the calculator `rag_pipeline`, a column an option that retrieves; source article, claim 112.
"""

import numpy as np

from casebook.model.row import at, running_total


def minimum_applies(vector_db_per_month, vector_db_minimum_per_month) -> "flag":
    """The vector database bills its minimum, for the usage is below it"""
    return vector_db_minimum_per_month > vector_db_per_month


def own_calls_so_far(own_calls) -> "calls":
    """Queries up to the end of the month"""
    return running_total(own_calls)


def horizon_queries(own_calls_so_far, final_month) -> "calls":
    """Queries over the horizon"""
    return at(own_calls_so_far, final_month)


def query_embedding(embedding_cost) -> "$/call":
    """Embedding of the query, month 1"""
    return at(embedding_cost, 1)


def query_reranking(rerank_cost) -> "$/call":
    """Reranking, month 1"""
    return at(rerank_cost, 1)


def query_context(context_cost) -> "$/call":
    """Retrieved context in the prompt, month 1"""
    return at(context_cost, 1)


def query_storage(first_own_calls, vector_database_cost) -> "$/call":
    """Vector database, a query's share"""
    return np.where(first_own_calls > 0, vector_database_cost / first_own_calls, 0)


def query_reindexing(first_own_calls, reindex_cost) -> "$/call":
    """Embedding of what changed, a query's share, month 1"""
    return np.where(first_own_calls > 0, at(reindex_cost, 1) / first_own_calls, 0)


def query_indexing(horizon_queries, initial_embedding_cost) -> "$/call":
    """First embedding of the corpus, spread over the queries of the horizon"""
    return np.where(horizon_queries > 0, initial_embedding_cost / horizon_queries, 0)


def query_labour(first_own_calls, reindex_labour) -> "$/call":
    """Labour of re-indexing, a query's share"""
    return np.where(first_own_calls > 0, reindex_labour / first_own_calls, 0)


def query_building(full_scope, horizon_queries, retrieval_build_hours, labour_rate) -> "$/call":
    """Labour of building the retrieval, spread over the queries of the horizon"""
    return np.where(horizon_queries > 0, full_scope * retrieval_build_hours * labour_rate / horizon_queries, 0)


def query_usage(query_embedding, query_reranking, query_context) -> "$/call":
    """What each query costs of itself"""
    return query_embedding + query_reranking + query_context


def query_upkeep(query_storage, query_reindexing, query_indexing, query_labour, query_building) -> "$/call":
    """A query's share of what is paid whether or not it comes"""
    return query_storage + query_reindexing + query_indexing + query_labour + query_building


def retrieval_per_query(query_usage, query_upkeep) -> "$/call":
    """Retrieval, cost of a query"""
    return query_usage + query_upkeep


def generation_per_query(prefix_cost, user_cost, output_cost) -> "$/call":
    """Generation without the context, month 1"""
    return at(prefix_cost, 1) + at(user_cost, 1) + at(output_cost, 1)


def pipeline_per_query(retrieval_per_query, generation_per_query) -> "$/call":
    """Pipeline, cost of a query"""
    return retrieval_per_query + generation_per_query


def retrieval_share(pipeline_per_query, retrieval_per_query) -> "share":
    """Retrieval as a share of the pipeline"""
    return np.where(pipeline_per_query > 0, retrieval_per_query / pipeline_per_query, 0)


def retrieval_per_month(retrieval_per_query, first_own_calls) -> "$/month":
    """Retrieval, month 1"""
    return retrieval_per_query * first_own_calls


def pipeline_per_month(pipeline_per_query, first_own_calls) -> "$/month":
    """Pipeline, month 1"""
    return pipeline_per_query * first_own_calls


def dearest_usage(query_embedding, query_reranking, query_context) -> "$/call":
    """The dearest line that each query costs of itself"""
    return np.maximum(query_context, np.maximum(query_reranking, query_embedding))


def dearest_labour(query_labour, query_building) -> "$/call":
    """The dearest line of labour"""
    return np.maximum(query_labour, query_building)


def dearest_data(query_storage, query_reindexing, query_indexing) -> "$/call":
    """The dearest line of storage and indexing"""
    return np.maximum(query_storage, np.maximum(query_reindexing, query_indexing))


def dearest_line(dearest_usage, dearest_data, dearest_labour) -> "$/call":
    """The dearest line of retrieval"""
    return np.maximum(dearest_usage, np.maximum(dearest_data, dearest_labour))


def usage_that_dominates(query_context, query_reranking, dearest_usage) -> "text":
    """Which line that is, among those that each query costs of itself"""
    return np.where(
        query_context >= dearest_usage,
        "context tokens",
        np.where(query_reranking >= dearest_usage, "reranking", "query embedding"),
    )


def data_that_dominates(query_storage, query_reindexing, dearest_data) -> "text":
    """Which line that is, among storage and indexing"""
    return np.where(
        query_storage >= dearest_data,
        "vector database",
        np.where(query_reindexing >= dearest_data, "re-indexing", "first indexing"),
    )


def labour_that_dominates(query_labour, dearest_labour) -> "text":
    """Which line that is, among labour"""
    return np.where(query_labour >= dearest_labour, "labour of re-indexing", "labour of building")


def what_dominates(
    dearest_line, dearest_usage, dearest_data, usage_that_dominates, data_that_dominates, labour_that_dominates
) -> "text":
    """What dominates the cost of retrieval"""
    return np.where(
        dearest_usage >= dearest_line,
        usage_that_dominates,
        np.where(dearest_data >= dearest_line, data_that_dominates, labour_that_dominates),
    )
