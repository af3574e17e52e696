"""What the checks need to see of C++ text: code without comments and literals, and functions."""

import re
from dataclasses import dataclass

_LITERAL = re.compile(
    r"""
    (?P<line_comment>//(?:\\\n|[^\n])*)
  | (?P<block_comment>/\*.*?\*/)
  | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<char>(?<![0-9a-zA-Z_])(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(match):
    """The same number of lines and columns, without content; a string stays a string."""
    text = match.group(0)
    blank = re.sub(r"[^\n]", " ", text)
    if match.lastgroup in ("string", "raw", "delimiter", "char") and len(text) >= 2:
        return '"' + blank[1:-1] + '"'
    return blank


def strip(text):
    """Code with comments and the content of literals blanked; positions stay."""
    return _LITERAL.sub(_blank, text)


def strip_comments(text):
    """Code with comments blanked and literals kept."""
    return _LITERAL.sub(
        lambda m: _blank(m) if m.lastgroup in ("line_comment", "block_comment") else m.group(0),
        text,
    )


def blank_preprocessor(code):
    """Code (already stripped) without preprocessor lines and their continuations."""
    lines = code.split("\n")
    inside = False
    for i, line in enumerate(lines):
        if inside or line.lstrip().startswith("#"):
            inside = line.rstrip().endswith("\\")
            lines[i] = ""
    return "\n".join(lines)


@dataclass
class Function:
    name: str
    first_line: int
    last_line: int

    @property
    def lines(self):
        return self.last_line - self.first_line + 1


_TEMPLATE = re.compile(r"\btemplate\s*<")
_OPERATOR = re.compile(r"\boperator\s*(?:\(\s*\)|\[\s*\]|[^\s\w(]+|[\w:<>*&\s]+?(?=\())")


def _without_template_heads(head):
    match = _TEMPLATE.search(head)
    while match:
        depth, end = 1, match.end()
        while end < len(head) and depth > 0:
            depth += {"<": 1, ">": -1}.get(head[end], 0)
            end += 1
        head = head[: match.start()] + head[end:]
        match = _TEMPLATE.search(head)
    return head


def _without_parentheses(head):
    out, depth = [], 0
    for c in head:
        if c == "(":
            depth += 1
        if depth == 0:
            out.append(c)
        elif c == ")":
            depth -= 1
            if depth == 0:
                out.append("()")
    return "".join(out)


def _kind_of_brace(head):
    """What a `{` at namespace or class scope opens, by the text before it."""
    plain = _without_parentheses(_without_template_heads(_OPERATOR.sub("operator_", head)))
    words = plain.split()
    if not words or words[0] in ("namespace", "extern") or words[:2] == ["inline", "namespace"]:
        return "namespace"
    if "=" in plain:
        return "other"
    if "()" in plain:
        # `: member_{1}` and `, member_{1}` of a constructor's list are no bodies.
        if re.search(r"\(\)[^:]*(?<!:):(?!:)", plain) and re.search(r"[:,]\s*[\w:<>, ]+$", plain):
            return "initializer"
        return "function"
    if re.search(r"\b(class|struct|union)\b", plain):
        return "class"
    return "other"


def _function_name(head):
    plain = _without_template_heads(head)
    clause = re.search(r"\brequires\s*(?=\()", plain)
    if clause:
        _, end = split_call(plain, clause.end())
        plain = plain[end + 1:]
    match = re.search(r"(operator\s*(?:\(\)|[^\s\w(]+)|[~\w:]+)\s*\(", plain)
    name = match.group(1) if match else plain.strip()
    if name in ("TEST", "TEST_F", "TEST_P", "TYPED_TEST", "BENCHMARK"):
        arguments = re.search(r"\(([^)]*)\)", plain)
        name = name + "(" + (arguments.group(1).strip() if arguments else "") + ")"
    return name


def functions(text):
    """The functions of a file, lambdas and local classes counted with what contains them."""
    code = blank_preprocessor(strip(text))
    found, scopes = [], []  # scopes: [kind, head, line of the head]
    head, head_line, line, parentheses = [], None, 1, 0
    for c in code:
        if c == "\n":
            line += 1
        in_body = bool(scopes) and scopes[-1][0] in ("function", "other", "initializer")
        if c == "{":
            kind = "other" if in_body or parentheses else _kind_of_brace("".join(head))
            scopes.append([kind, "".join(head), head_line or line])
            if kind not in ("initializer", "other"):
                head, head_line = [], None
        elif c == "}" and scopes:
            kind, opened, first = scopes.pop()
            if kind == "function":
                found.append(Function(_function_name(opened), first, line))
            if kind == "initializer":
                head.append("()")
            elif kind != "other":
                head, head_line = [], None
        elif in_body:
            continue
        elif c == ";" and parentheses == 0:
            head, head_line = [], None
        elif c == ":" and "".join(head).strip() in ("public", "protected", "private"):
            head, head_line = [], None
        else:
            parentheses += {"(": 1, ")": -1}.get(c, 0)
            if head_line is None and not c.isspace():
                head_line = line
            head.append(c)
    return found


def split_call(code, start):
    """The arguments of the call whose `(` is at `start`, and where it ends."""
    depth, begin, arguments = 0, start + 1, []
    for i in range(start, len(code)):
        c = code[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth == 0:
                last = code[begin:i].strip()
                return arguments + ([last] if last else []), i
        elif c == "," and depth == 1:
            arguments.append(code[begin:i].strip())
            begin = i + 1
    return arguments, len(code)
