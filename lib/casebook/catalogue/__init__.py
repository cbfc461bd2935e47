"""Prices and dates of models and machines, as they stood on a case's day; never fetched, never guessed."""

from .errors import (
    CatalogueError,
    FactsError,
    RetiredModel,
    UnknownGpu,
    UnknownModel,
    UnknownPrice,
    UnreleasedModel,
)
from .facts import Fact, facts
from .gpus import GpuPrice, gpu_price, gpu_types
from .ids import package_version
from .models import ModelPrices, model_prices
from .price import CatalogueValue

__all__ = [
    "CatalogueError",
    "CatalogueValue",
    "Fact",
    "FactsError",
    "GpuPrice",
    "ModelPrices",
    "RetiredModel",
    "UnknownGpu",
    "UnknownModel",
    "UnknownPrice",
    "UnreleasedModel",
    "facts",
    "gpu_price",
    "gpu_types",
    "model_prices",
    "package_version",
]
