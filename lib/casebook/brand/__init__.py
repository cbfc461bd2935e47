"""A firm's brand: its name, colours, fonts and logo, read from one file and worn by workbook and memo."""

from casebook.brand.look import Brand, Colours, Fonts, Logo, contrast
from casebook.brand.reading import BrandError, brand_file, load_brand

__all__ = ["Brand", "BrandError", "Colours", "Fonts", "Logo", "brand_file", "contrast", "load_brand"]
