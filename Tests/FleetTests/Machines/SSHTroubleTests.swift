import Testing

@testable import Fleet

/// What OpenSSH 9.2 says, as it was seen on machines of the tests, and what it means.
struct SSHTroubleTests {
    @Test(
        arguments: [
            (
                "ssh: Could not resolve hostname no-such-host.invalid: Name or service not known",
                "nobody knows its name"
            ),
            ("ssh: connect to host 198.18.35.99 port 22: Connection timed out", "does not answer"),
            ("ssh: connect to host 198.18.35.99 port 22: No route to host", "does not answer"),
            ("ssh: connect to host 198.18.35.1 port 2222: Connection refused", "nobody listens there"),
            ("root@198.18.35.1: Permission denied (publickey,keyboard-interactive).", "refuses the login"),
            (
                "Warning: Identity file /nonexist not accessible: No such file or directory.\nroot@a: Permission denied (publickey).",
                "refuses the login"
            ),
            ("Host key verification failed.", "is not known here"),
            (
                """
                @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
                Host key for 198.18.35.3 has changed and you have requested strict checking.
                Host key verification failed.
                """, "not the one that is known here"
            ),
            (
                """
                @         WARNING: UNPROTECTED PRIVATE KEY FILE!          @
                Load key "open": bad permissions
                root@198.18.35.1: Permission denied (publickey,keyboard-interactive).
                """, "key file that others can read"
            ),
            (
                "Received disconnect from 198.18.35.1 port 2204:2: Too many authentication failures\nDisconnected from 198.18.35.1 port 2204",
                "after too many keys"
            ),
            (
                "Unable to negotiate with 198.18.35.1 port 22: no matching key exchange method found. Their offer: curve25519-sha256",
                "no algorithm in common"
            ),
            (
                "kex_exchange_identification: Connection closed by remote host\nConnection closed by 198.18.35.1 port 2201",
                "MaxStartups"
            ),
            (
                "kex_exchange_identification: read: Connection reset by peer\nConnection reset by 198.18.35.254 port 3006",
                "MaxStartups"
            ),
            (
                "Connection timed out during banner exchange\nConnection to 198.18.248.254 port 3002 timed out",
                "no sshd says anything"
            ),
            (
                """
                Protocol major versions differ: 2 vs. 1
                banner exchange: Connection to 198.18.248.254 port 3005: could not read protocol version
                """, "is no sshd"
            ),
            ("command-line: line 0: Bad configuration option: nosuch", "called or configured"),
            ("Bad port '99999'", "called or configured"),
            ("Timeout, server 198.18.35.2 not responding.", "the connection was lost"),
            ("Connection to 198.18.35.3 port 22 timed out", "the connection was lost"),
            ("Connection to 198.18.35.3 closed by remote host.", "the connection was lost"),
            ("Connection closed by 198.18.35.4 port 22", "the connection was lost"),
            ("Connection reset by 198.18.35.254 port 3005", "the connection was lost"),
            ("something that nobody has seen yet", "something that nobody has seen yet"), ("", "without a word"),
        ])
    func wordsOfSSHHaveAMeaning(_ errors: String, _ sign: String) throws {
        let sentence = try #require(SSHTrouble.sentence(host: "shop@a", exitCode: 255, errors: errors))
        #expect(sentence.contains(sign), "\(sentence)")
        #expect(!sentence.hasSuffix(".") || errors.hasSuffix("."), "\(sentence)")
    }

    /// What a program there ends with, or says, is no failure of ssh's.
    @Test(arguments: [0, 1, 64, 69, 70] as [Int32])
    func otherExitCodesAreTheWorkers(_ code: Int32) {
        for errors in ["", "cannot reach Redis: Connection refused", "Connection closed by 10.0.0.7 port 6379"] {
            #expect(SSHTrouble.sentence(host: "a", exitCode: code, errors: errors) == nil)
        }
    }

    @Test func otherEndsAreSaid() throws {
        let missing = try #require(
            SSHTrouble.sentence(host: "a", exitCode: 127, errors: "sh: 1: /nonexist/stress: not found"))
        #expect(missing.contains("cannot be run there") && missing.contains("/nonexist/stress"))
        #expect(SSHTrouble.sentence(host: "a", exitCode: 126, errors: "")?.contains("cannot be run") == true)
        #expect(SSHTrouble.sentence(host: "a", exitCode: nil, errors: "")?.contains("signal") == true)
        let shell = SSHTrouble.sentence(host: "a", exitCode: 1, errors: "This account is currently not available.")
        #expect(shell?.contains("no shell") == true)
        // The commands that are recommended are for that host.
        let key = SSHTrouble.sentence(host: "me@b", exitCode: 255, errors: "Host key verification failed.")
        #expect(key?.contains("ssh me@b") == true)
    }

    /// The last line that fits is shown, and no more of it than a user reads.
    @Test func whatIsShownIsBounded() throws {
        let errors =
            "banner\n" + String(repeating: "x", count: 5000) + "\nssh: connect to host a port 22: "
            + String(repeating: "y", count: 5000)
        let sentence = try #require(SSHTrouble.sentence(host: "a", exitCode: 255, errors: errors))
        #expect(sentence.count < 500 && !sentence.contains("xxx"))
    }
}
