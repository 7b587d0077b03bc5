import Foundation

/// A server or proxy that answers a password with the password: what it is called with, and what it says to that.
package struct Echo: Sendable {
    package var testDescription: String
    package var password: String
    /// On the wire.
    package var answer: String
    /// What of the password must be in no text, in whatever capitals.
    package var telling: [String]
    /// What the text still says.
    package var says: String

    private init(
        _ description: String, of password: String = usual, _ answer: String,
        telling: [String] = ["s3cr3t", "horse", "battery"],
        says: String = "left out: it may hold the password"
    ) {
        testDescription = description
        self.password = password
        self.answer = answer
        self.telling = telling
        self.says = says
    }

    private static let usual = "s3cr3t-horse'\"\\ Wörd\r\nbattery"
    private static let long = "s3cr3t" + String(repeating: "horse1battery2", count: 20)

    private static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }

    package static let all: [Echo] = [
        Echo("a status", of: "s3cr3t horse", "+s3cr3t horse\r\n"),
        Echo("a string", bulk(usual)),
        Echo("a string in capitals", bulk(usual.uppercased())),
        Echo("the command", "*2\r\n" + bulk("AUTH") + bulk(usual)),
        Echo("an array of arrays", "*1\r\n*2\r\n:1\r\n" + bulk(usual)),
        Echo(
            "in pieces", "*3\r\n" + bulk("s3cr3t-ho") + bulk("rse'\"\\ Wörd") + bulk("\r\nbattery"),
            telling: ["s3c", "batt"]),
        Echo("a number", of: "8642097531", ":8642097531\r\n", telling: ["86420975"]),
        Echo(
            "an error", of: "s3cr3t-horse",
            "-ERR unknown command `AUTH`, with args beginning with: `s3cr3t-horse`, \r\n",
            says: "ERR unknown command"),
        Echo(
            "an error that quotes it otherwise", of: "s3cr3t-horse",
            "-ERR unknown command 'AUTH', with args beginning with: 'S3CR3T-HORSE' \r\n", says: "ERR unknown command"),
        Echo(
            "an error with 128 bytes of it", of: long,
            "-ERR unknown command `AUTH`, with args beginning with: `\(long.prefix(128))`, \r\n",
            says: "ERR unknown command"),
        Echo("128 bytes of it", of: long, bulk(String(long.prefix(128)))),
        Echo("its end", of: long, "-ERR …\(long.suffix(20))\r\n", says: "ERR"),
        Echo(
            "an error with blanks for line breaks",
            "-ERR unknown command `AUTH`, with args beginning with: `s3cr3t-horse'\"\\ Wörd  battery`, \r\n",
            says: "ERR unknown command"),
        Echo(
            "an error with a blank for a line break", "-ERR bad password s3cr3t-horse'\"\\ Wörd battery\r\n",
            says: "ERR"),
        Echo("with escapes", bulk(#"s3cr3t-horse'\"\\ W\xc3\xb6rd\r\nbattery"#)),
        Echo("an error with escapes", #"-ERR bad password "s3cr3t-horse'\"\\ Wörd\r\nbattery""# + "\r\n", says: "ERR"),
        Echo("as JSON", bulk(#"{"password":"s3cr3t-horse'\"\\ W\u00f6rd\r\nbattery"}"#)),
        Echo(
            "as in a URL", "-ERR cannot use redis://:s3cr3t-horse%27%22%5C%20W%C3%B6rd%0D%0Abattery@host\r\n",
            says: "ERR"),
        Echo(
            "in base64", of: "s3cr3t-horse", "-ERR Basic \(Data("s3cr3t-horse".utf8).base64EncodedString())\r\n",
            telling: ["czNj", "s3cr3t"], says: "ERR"),
        Echo(
            "backwards", of: "s3cr3t-horse", "-ERR \(String("s3cr3t-horse".reversed()))\r\n", telling: ["esroh"],
            says: "ERR"),
        Echo("without a code", of: "s3cr3t-horse", "-s3cr3t-horse is wrong\r\n"),
        Echo(
            "as it is", of: "s3cr3t-horse", "s3cr3t-horse\r\n", telling: ["s3cr3t", "got \"s\""],
            says: "Protocol error"),
        Echo("one letter", of: "Q", "-ERR wrong password: Q\r\n", telling: ["password: q", " q "], says: "ERR"),
        Echo("one letter as a status", of: "Q", "+Q\r\n", telling: [" q ", " q\n", "\"q\""]),
        Echo("a sign", of: "¶", "-WRONGPASS no ¶\r\n", telling: ["¶"], says: "WRONGPASS"),
        // These are words that servers say anyway.
        Echo("OK", of: "OK", "-ERR the password OK is wrong\r\n", telling: ["password ok"], says: "ERR ("),
        Echo("ERR", of: "ERR", "-ERR the password ERR is wrong\r\n", telling: ["password err"], says: "ERR ("),
        Echo(
            "a word of the server's", of: "invalid",
            "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
            telling: [], says: "WRONGPASS invalid username-password pair or user is disabled."),
        Echo("a word of ours", of: "password", "-ERR invalid password\r\n", telling: [], says: "ERR invalid password"),
    ]

    /// What of the password is in a text.
    package func found(in text: String) -> [String] {
        telling.filter { text.lowercased().contains($0.lowercased()) }
    }
}
