"""Cost of a call"""


def batch_factor(batch_share, batch_discount) -> "×":
    """Price factor of the batch discount"""
    return 1 - batch_share * batch_discount


def input_token_price(input_price, input_premium, tokens_per_price_unit) -> "$/token":
    """Price of one input token"""
    return input_price * (1 + input_premium) / tokens_per_price_unit


def output_token_price(output_price, output_premium, tokens_per_price_unit) -> "$/token":
    """Price of one output token"""
    return output_price * (1 + output_premium) / tokens_per_price_unit


def prefix_cost(prefix_tokens, cache_multiplier, input_token_price, batch_factor, llm_price_factor) -> "$/call":
    """Stable prefix"""
    return prefix_tokens * cache_multiplier * input_token_price * batch_factor * llm_price_factor


def user_cost(user_tokens, input_token_price, batch_factor, llm_price_factor) -> "$/call":
    """User input"""
    return user_tokens * input_token_price * batch_factor * llm_price_factor


def context_cost(context_tokens, context_multiplier, input_token_price, batch_factor, llm_price_factor) -> "$/call":
    """Retrieved context

    Source article, claim 28.
    """
    return context_tokens * context_multiplier * input_token_price * batch_factor * llm_price_factor


def output_cost(output_tokens, output_token_price, batch_factor, llm_price_factor) -> "$/call":
    """Output"""
    return output_tokens * output_token_price * batch_factor * llm_price_factor


def embedding_cost(query_tokens, embedding_price, tokens_per_price_unit, llm_price_factor) -> "$/call":
    """Embedding of the query"""
    return query_tokens * embedding_price / tokens_per_price_unit * llm_price_factor


def rerank_cost(rerank_price_per_query, llm_price_factor) -> "$/call":
    """Reranking"""
    return rerank_price_per_query * llm_price_factor


def own_cost_per_call(prefix_cost, user_cost, context_cost, output_cost, embedding_cost, rerank_cost) -> "$/call":
    """Cost of a call that the option answers itself"""
    return prefix_cost + user_cost + context_cost + output_cost + embedding_cost + rerank_cost


def escalation_cost_per_call(escalation_rate, fallback_own_cost_per_call, router_cost) -> "$/call":
    """Escalation: the fallback's share and the router"""
    return escalation_rate * fallback_own_cost_per_call + router_cost


def cost_per_call(own_cost_per_call, router_share, escalation_cost_per_call) -> "$/call":
    """Cost per call"""
    return own_cost_per_call * (1 - router_share) + escalation_cost_per_call
