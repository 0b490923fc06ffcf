"""A report's pictures: plain numbers -> shapes, a table, and lines for a terminal.

Geometry is here, drawing in the template `picture.html`, colours in `report.css`: they are the page's own tokens, so
that every picture is light or dark as the page is. Nothing a student wrote is among the shapes, only numbers and words
of the catalogues; the template escapes these all the same.
"""
