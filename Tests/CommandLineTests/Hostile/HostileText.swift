import Testing

/// Text from outside that aims at the terminal, and what is harmless in the same place.
enum HostileText {
    /// In one: what clears the screen in two ways, turns text round, hides it, and breaks the line.
    static let text =
        "A\u{1B}[2J\u{9B}31m\u{202E}\u{200B}\u{FEFF}\u{2066}\u{61C}\u{E0041}\u{2028}\u{7F}\u{85}\nstress: fine\rB"
    /// The beginning of how it is shown.
    static let shown = "A\\x1b[2J\\u{9B}31m\\u{202E}"
    static let harmless = "中文-é-👩\u{200D}👧"

    /// The same as a text in double quotes, for YAML and for Lua.
    static let yaml = #""A\e[2J\x9b31m\u202e\u200b\ufeff\u2066\u061c\U000e0041\u2028\x7f\u0085\nstress: fine\rB""#

    /// What of a text steers a terminal or cannot be seen, without the code under test. Whole emoji hold joiners.
    static func raw(in text: String) -> [String] {
        text.replacingHarmless().unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A: false
            case 0..<0x20, 0x7F...0x9F, 0xAD, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
                0xE0000...0xE0FFF:
                true
            default: false
            }
        }.map { String($0.value, radix: 16) }
    }

    static func expectShown(_ run: Sandbox.Finished, _ what: String, sourceLocation: SourceLocation = #_sourceLocation)
    {
        #expect(raw(in: run.output) == [], "\(what)", sourceLocation: sourceLocation)
        #expect(raw(in: run.errors) == [], "\(what)", sourceLocation: sourceLocation)
        let all = run.output + run.errors
        #expect(
            !all.hasPrefix("stress: fine") && !all.contains("\nstress: fine"), "\(what)", sourceLocation: sourceLocation
        )
    }
}

extension String {
    fileprivate func replacingHarmless() -> String {
        String(split(separator: HostileText.harmless, omittingEmptySubsequences: false).joined(separator: " "))
    }
}
