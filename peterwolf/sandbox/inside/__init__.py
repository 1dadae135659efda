"""What runs inside the sandbox: it is copied there, beside a trimmed copy of the package.

Nothing here is trusted by the parent. A submission that changes it can only
send other numbers.
"""
