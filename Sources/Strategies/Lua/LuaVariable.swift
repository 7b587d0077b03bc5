/// A local variable, a parameter or a loop variable, while it is in scope.
struct LuaVariable {
    var name: String
    /// The token that declares it, which tells apart variables of one name.
    var declaration: Int
    /// How many functions it stands in.
    var functionDepth: Int
    var kind: LuaValue.Kind = .unknown
    /// The token of the assignment that gave it its value.
    var definition: Int?
    /// A nested function assigns to it, so that it may change at any call.
    var isShared = false
}
