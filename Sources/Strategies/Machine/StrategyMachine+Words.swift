/// Words on the wire.
extension StrategyMachine {
    static let unwatch = RESP.command(["UNWATCH"])
    /// Lives as long as the program.
    nonisolated(unsafe) static let execAbort: UnsafeBufferPointer<UInt8> = {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 9)
        _ = memory.initialize(from: "EXECABORT".utf8)
        return UnsafeBufferPointer(memory)
    }()
}
