/// What a command touches.
struct CommandKeys {
    var footprint = Footprint()
    /// Those that it names, in the order of its arguments.
    var named: [[UInt8]] = []
}
