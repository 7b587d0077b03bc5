/// Texts that a file, a server or a user may bring, and that mean something in one format or another.
enum HostileText {
    static let all = [
        "<script>alert(1)</script>", "]]><![CDATA[ &amp; &#0; \" ' >", "\u{0}\u{1}\u{8}\u{B}\u{1F}\u{7F}\u{85}",
        "\u{FFFE}\u{FFFF}\u{1FFFE}", "\u{202E}gnp.exe\u{2066}\u{200F}", "🛒👩‍👩‍👧 ünïcödé 秒殺",
        "\u{1B}[31mred\u{1B}]0;title\u{7}",
        "line\nbreak\r\nand\ttab", "| cell | `code` ``` **bold** _it_ [a](http://evil) ![b](x) ~~no~~ <!-- -->",
        "@octocat #1 !2 GH-3 $4 %5 ~label &6 https://evil.example www.evil.example mailto:a@b.example",
        "\n::error title=x::y", "::stop-commands::t", "##[error]boo", "1. one", "- two", "# three", "```\nfence",
        "%0A%25%2C:,", String(repeating: "long ", count: 2000), "\\", "",
    ]
}
