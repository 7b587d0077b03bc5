"""Strategies that are broken on purpose: copies of right ones with one thing taken out, as people leave it out."""

import subprocess


class Copy:
    """A built-in strategy in which texts are replaced; what is not there has changed its text, and ends the soak."""

    def __init__(self, original, *replaced):
        self.original, self.replaced = original, replaced

    def text(self, stress, name):
        shown = subprocess.run([stress, "strategies", "show", self.original], capture_output=True, check=True, text=True)
        text = shown.stdout.replace(f"strategy: {self.original}\n", f"strategy: {name}\n")
        for old, new in self.replaced:
            if old not in text:
                raise RuntimeError(f"{self.original} has no {old!r} any more; see scripts/soaking/broken.py")
            text = text.replace(old, new)
        return text


BROKEN_COPIES = {
    # Sells what is not there, and says so: fewer than none are left.
    "lua-unchecked": Copy("lua", ("    if left < wanted then return -1 end\n", "")),
    # Every fifth attempt gets its unit without the stock being told, so that the next one gets the same.
    "lua-free-unit": Copy(
        "lua",
        ("    return redis.call('DECRBY', KEYS[1], wanted)\n",
         "    if tonumber(ARGV[1]) % 5 == 0 then return left - wanted end\n"
         "    return redis.call('DECRBY', KEYS[1], wanted)\n")),
    # Every fifth win has no order, although the file says that it is written with the unit.
    "lua-no-order": Copy(
        "lua",
        ("    redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])\n",
         "    if tonumber(ARGV[1]) % 5 > 0 then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) end\n")),
    # Says that it is idempotent, and sells once more to whoever asks again.
    "lua-forgets-id": Copy("lua-idempotent", ("    if before then return tonumber(before) end\n", "")),
}
