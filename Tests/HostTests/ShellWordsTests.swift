import Host
import Testing

struct ShellWordsTests {
    @Test(
        arguments: [
            ("", []), ("  ", []), ("-N3 -n12", ["-N3", "-n12"]), ("\t-N  3\n", ["-N", "3"]),
            ("-C 'fast & big'", ["-C", "fast & big"]), ("a\"b c\"'d e'f", ["ab cd ef"]), ("''", [""]),
            ("a\\ b", ["a b"]),
            ("\"a\\\"b\\n\"", ["a\"b\\n"]), ("'a\\'", ["a\\"]), ("\"$x\" `y`", ["$x", "`y`"]),
        ] as [(String, [String])])
    func asAShellSplits(_ text: String, _ words: [String]) throws {
        #expect(try ShellWords.split(text) == words)
    }

    @Test(arguments: ["'a", "a \"b", "a\\", "\"a\\"])
    func whatNeverEndsIsRefused(_ text: String) {
        #expect(throws: ShellWords.Problem.self) { try ShellWords.split(text) }
    }
}
