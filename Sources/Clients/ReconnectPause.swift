/// How long a client waits before it tries again to reach a server that cannot be reached.
enum ReconnectPause {
    static var nanoseconds: UInt64 { 20_000_000 }
}
