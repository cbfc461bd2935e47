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
# # Portfolio
#
# Every case of an output folder on one page: what `casebook build` writes as `index.html`, in cells to build on. The
# figures are those of `portfolio.json`, which the build writes too:
#
#     papermill notebooks/portfolio.ipynb out.ipynb -p output output
#
# What cells tagged `memo:…` show becomes the page, and nothing else:
#
#     jupyter nbconvert --to html --template portfolio --TemplateExporter.extra_template_basedirs=templates out.ipynb

# %% [markdown]
# ## Parameters
#
# The folder of reports. None means not given: the nearest folder named `output`.

# %% tags=["parameters"]
output = None

# %% [markdown]
# ## Reports
#
# What each case's report holds; nothing is computed anew.

# %%
from casebook.memo import portfolio

page = portfolio.Portfolio(portfolio.portfolio_in(output))

# %% tags=["memo:title"]
portfolio.title(page)

# %% tags=["memo:header"]
portfolio.header(page)

# %% [markdown]
# ## What it comes to

# %% tags=["memo:key_figures"]
portfolio.key_figures(page)

# %% [markdown]
# ## What needs attention

# %% tags=["memo:attention"]
portfolio.attention(page)

# %% [markdown]
# ## The cases

# %% tags=["memo:cases"]
portfolio.cases(page)

# %% tags=["memo:footer"]
portfolio.footer(page)
