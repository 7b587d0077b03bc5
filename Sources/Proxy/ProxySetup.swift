/// What a proxy's thread starts with.
struct ProxySetup: Sendable {
    var address: UpstreamAddress
    var table: CommandTable
    var listener: Int32
    var greeting: [UInt8]
    var greetingReplies: Int
    var answersAuthentication: Bool
    var holds: Bool
}
