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
# # Reconciliation
#
# The general figures of the source article, each set beside what the model computes, and what would bring the two
# together. The list is `notebooks/reconciliation.yaml`, its cases are in `notebooks/heuristics/`:
#
#     papermill notebooks/reconciliation.ipynb out.ipynb
#
# Another list is given with `-f`, its cases seen from the working directory. What cells tagged `memo:…` show becomes
# the page, and nothing else:
#
#     jupyter nbconvert --to html --template memo --TemplateExporter.extra_template_basedirs=templates out.ipynb

# %% [markdown]
# ## Parameters
#
# The top-level keys of a list. None means not given: the project's own list.

# %% tags=["parameters"]
title = None
families = None

# %% [markdown]
# ## Results
#
# Every case is validated and computed, every what-if is a run of the model.

# %%
from casebook.memo import audit

page = audit.AuditPage(audit.audit_of(title, families))

# %% tags=["memo:title"]
audit.title(page)

# %% tags=["memo:header"]
audit.header(page)

# %% [markdown]
# ## What the arithmetic says

# %% tags=["memo:answer"]
audit.answer(page)

# %% tags=["memo:key_figures"]
audit.key_figures(page)

# %% [markdown]
# ## The figures, family by family

# %% tags=["memo:families"]
audit.families(page)

# %% [markdown]
# ## What does not come out

# %% tags=["memo:conflicts"]
audit.conflicts(page)

# %% tags=["memo:footer"]
audit.footer(page)
