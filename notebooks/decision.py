# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Decision memo
#
# One client scenario, from its inputs to the memo. Give it a case with papermill:
#
#     papermill notebooks/decision.ipynb out.ipynb -f params/legal.yaml
#
# Run as it stands, it takes `params/legal.yaml`. What cells tagged `memo:…` show becomes the memo, and nothing else:
#
#     jupyter nbconvert --to html --template memo --TemplateExporter.extra_template_basedirs=templates out.ipynb

# %% [markdown]
# ## Parameters
#
# The top-level keys of a case file. None means not given; no default is ever mixed into a given case.

# %% tags=["parameters"]
client = None
title = None
prepared_by = None
confidentiality = None
memo_date = None
decision = None
current = None
as_of = None
currency = None
exchange_rate = None
language = None
notes = None
horizon_months = None
hours_per_month = None
workload = None
economics = None
quality = None
latency = None
evidence = None
options = None
compare = None
constraints = None
published = None

# %% [markdown]
# ## Results
#
# The case is validated, then computed in both scopes: what vendors bill, and full cost.

# %%
from casebook import memo
from casebook.analysis.results import evaluate_case

case = memo.case_of(globals())
results = evaluate_case(case)
page = memo.Memo(case, results)

# %% tags=["memo:title"]
memo.title(page)

# %% tags=["memo:header"]
memo.header(page)

# %% [markdown]
# ## The answer

# %% tags=["memo:answer"]
memo.answer(page)

# %% tags=["memo:key_figures"]
memo.key_figures(page)

# %% [markdown]
# ## What each option costs

# %% tags=["memo:options"]
memo.options(page)

# %% [markdown]
# ## When it pays back

# %% tags=["memo:payback"]
memo.payback(page)

# %% [markdown]
# ## What the ranges do

# %% tags=["memo:sensitivity"]
memo.sensitivity(page)

# %% [markdown]
# ## How sure are we

# %% tags=["memo:certainty"]
memo.certainty(page)

# %% [markdown]
# ## At other volumes

# %% tags=["memo:volumes"]
memo.volumes(page)

# %% [markdown]
# ## What the rules say

# %% tags=["memo:rules"]
memo.rules(page)

# %% [markdown]
# ## What would change our mind

# %% tags=["memo:flips"]
memo.flips(page)

# %% [markdown]
# ## What was published elsewhere

# %% tags=["memo:published"]
memo.published(page)

# %% [markdown]
# ## Inputs, prices, notes

# %% tags=["memo:inputs"]
memo.inputs(page)

# %% tags=["memo:prices"]
memo.prices(page)

# %% tags=["memo:notes"]
memo.notes(page)

# %% tags=["memo:footer"]
memo.footer(page)
