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
# # Evaluation report
#
# What the evaluation results of a case show, and what they cannot. Give it a case with papermill:
#
#     papermill notebooks/evaluation.ipynb out.ipynb -f params/support.yaml
#
# Run as it stands, it takes `params/support.yaml`. What cells tagged `memo:…` show becomes the page, and nothing else:
#
#     jupyter nbconvert --to html --template memo --TemplateExporter.extra_template_basedirs=templates out.ipynb

# %% [markdown]
# ## Parameters
#
# The top-level keys of a case file that names its results in `evidence.eval_results`. None means not given.

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
# Every item is judged by the majority of its runs; pairs are tested on these votes.

# %%
from casebook.memo import evaluation

page = evaluation.page_of(globals())

# %% tags=["memo:title"]
evaluation.title(page)

# %% tags=["memo:header"]
evaluation.header(page)

# %% [markdown]
# ## What the evaluation shows

# %% tags=["memo:answer"]
evaluation.answer(page)

# %% tags=["memo:key_figures"]
evaluation.key_figures(page)

# %% [markdown]
# ## Pass rates

# %% tags=["memo:rates"]
evaluation.rates(page)

# %% [markdown]
# ## Pairs, item by item

# %% tags=["memo:pairs"]
evaluation.pairs(page)

# %% [markdown]
# ## What so many items can and cannot show

# %% tags=["memo:reach"]
evaluation.reach(page)

# %% [markdown]
# ## How steady the answers are

# %% tags=["memo:stability"]
evaluation.stability(page)

# %% [markdown]
# ## Warnings, method, sources

# %% tags=["memo:warnings"]
evaluation.warnings(page)

# %% tags=["memo:method"]
evaluation.method(page)

# %% tags=["memo:footer"]
evaluation.footer(page)
