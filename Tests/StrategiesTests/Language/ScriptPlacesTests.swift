import Strategies
import Testing

/// Where a line of a script is that a server's error names.
@Suite struct ScriptPlacesTests {
    private static let yaml = """
        strategy: mine
        keys: { stock: "{sale}:s" }
        scripts:
          buy: |
            local left = 1
            return left
          free:
            text: |
              return 2
          other: { file: lua/other.lua }
          short: return 3
          folded: >
            return
            4
        functions:
          sale: |
            #!lua name=a
            redis.register_function('take', f)
        open: [ "SET {stock} {units}" ]
        buy: [ { function: take }, { script: buy, outcomes: [ { when: any, then: won } ] } ]
        stock: GET {stock}
        close: [ "DEL {stock}" ]
        """

    private static let places: [(String, String)] = [
        (
            "ERR user_script:2: attempt, script: aa, on @user_script:2.",
            "ERR mine.yaml:6: attempt, script: aa, on mine.yaml:6."
        ),
        ("ERR x script: bb, on @user_script:1.", "ERR x script: bb, on mine.yaml:9."),
        ("ERR x script: cc, on @user_script:12.", "ERR x script: cc, on lua/other.lua:12."),
        ("ERR x script: dd, on @user_script:1.", "ERR x script: dd, on mine.yaml:11."),
        ("ERR x script: ee, on @user_script:2.", "ERR x script: ee, on mine.yaml:12 (line 2 of folded)."),
        (
            "ERR @user_function:2: x script: take, on @user_function:2.",
            "ERR mine.yaml:18: x script: take, on mine.yaml:18."
        ),
        // Nobody knows which script that is, and these are no places.
        ("ERR x script: ff, on @user_script:1.", "ERR x script: ff, on @user_script:1."),
        ("user_script: user_script:0 user_script:x me@user", "user_script: user_script:0 user_script:x me@user"),
        ("plain", "plain"), ("", ""),
    ]

    @Test(arguments: places) func shown(text: String, expected: String) throws {
        let strategy = try StrategyFile.parse(Self.yaml, file: "mine.yaml") { _ throws(StrategyFile.CompanionProblem) in
            "return 1"
        }
        let hashes = ["buy": "aa", "free": "bb", "other": "cc", "short": "dd", "folded": "ee"]
        #expect(ScriptPlaces(strategy, hashes: hashes).shown(text) == expected)
    }
}
