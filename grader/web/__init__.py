"""The pages: HTML over the same queries and the same doors as the JSON routes. They can do nothing that those cannot.

`create_app(settings, routers=(router,), problem_page=problem_page)`, then `mount_static(app)`.
"""

from grader.web.problem import problem_page
from grader.web.routes import router
from grader.web.static_files import mount_static

__all__ = ["mount_static", "problem_page", "router"]
