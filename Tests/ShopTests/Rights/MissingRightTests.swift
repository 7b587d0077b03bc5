import Testing

@testable import Shop

/// What servers say of a right that is missing, and the rule that gives it.
struct MissingRightTests {
    @Test(
        arguments: [
            // Redis 6.0 and 6.2.
            (
                "EVALSHA", "NOPERM this user has no permissions to run the 'evalsha' command or its subcommand",
                "run EVALSHA", "+evalsha"
            ),
            (
                "HSET", "NOPERM this user has no permissions to access one of the keys used as arguments",
                "use keys of a run with HSET", "~*{stress:*"
            ),
            // Redis 7.0 and Valkey.
            ("MULTI", "NOPERM User buyer has no permissions to run the 'multi' command", "run MULTI", "+multi"),
            (
                "FUNCTION LOAD", "NOPERM User buyer has no permissions to run the 'function|load' command",
                "run FUNCTION LOAD", "+function|load"
            ),
            ("HSET", "NOPERM No permissions to access a key", "use keys of a run with HSET", "~*{stress:*"),
            // ACL DRYRUN.
            ("HSET", "User buyer has no permissions to run the 'hset' command", "run HSET", "+hset"),
            (
                "HSET", "User buyer has no permissions to access the 'a' key", "use keys of a run with HSET",
                "~*{stress:*"
            ),
            // Something between us and the server, whose words are no rule.
            ("GET", "NOPERM no", "run GET", "+get"),
            ("FUNCTION LOAD", "NOPERM no", "run FUNCTION LOAD", "+function|load"),
            ("GET", "NOPERM the 'set' command", "run GET", "+get"),
            ("GET", "NOPERM the 'get +@all' command", "run GET", "+get"),
        ])
    func rule(_ name: String, _ answer: String, _ deed: String, _ rule: String) {
        let right = MissingRight(name, answer: answer)
        #expect(right.deed == deed && right.rule == rule, "\(right)")
    }
}
