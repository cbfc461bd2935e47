"""Prices and dates of models and machines, as they stood on a case's day; never fetched, never guessed."""

from .errors import CatalogueError, RetiredModel, UnknownGpu, UnknownModel
from .gpus import GpuPrice, gpu_price, gpu_types
from .models import ModelPrices, model_prices
from .price import CatalogueValue

__all__ = [
    "CatalogueError",
    "CatalogueValue",
    "GpuPrice",
    "ModelPrices",
    "RetiredModel",
    "UnknownGpu",
    "UnknownModel",
    "gpu_price",
    "gpu_types",
    "model_prices",
]
