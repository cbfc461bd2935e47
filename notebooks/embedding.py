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
# # Embedding: a major line or not
#
# What embedding costs at first, each month and over the horizon, and from which corpus it would be a major line. Give
# it a case with papermill:
#
#     papermill notebooks/embedding.ipynb out.ipynb -f params/hybrid.yaml
#
# Run as it stands, it takes the first case of `params` that it is for. What cells tagged `memo:…` show becomes the
# page, and nothing else:
#
#     jupyter nbconvert --to html --template memo --TemplateExporter.extra_template_basedirs=templates out.ipynb

# %% [markdown]
# ## Parameters
#
# The top-level keys of a case file. None means not given.

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
# ## Figures
#
# Lines of the decision's own model, for every option that the calculator is for.

# %%
from casebook.memo import calculators

page = calculators.page_of("embedding", globals())

# %% tags=["memo:title"]
calculators.title(page)

# %% tags=["memo:header"]
calculators.header(page)

# %% [markdown]
# ## What it comes to

# %% tags=["memo:answer"]
calculators.answer(page)

# %% tags=["memo:key_figures"]
calculators.key_figures(page)

# %% [markdown]
# ## Line by line

# %% tags=["memo:figures"]
calculators.figures(page)

# %% tags=["memo:further"]
calculators.further(page)

# %% tags=["memo:footer"]
calculators.footer(page)
