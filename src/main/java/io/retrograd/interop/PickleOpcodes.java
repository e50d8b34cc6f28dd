package io.retrograd.interop;

/** The names of pickle's opcodes, for messages. Source: Python's {@code pickletools}. */
final class PickleOpcodes {
    private static final String[] NAMES = new String[256];

    static {
        NAMES['('] = "MARK";
        NAMES[')'] = "EMPTY_TUPLE";
        NAMES['.'] = "STOP";
        NAMES['0'] = "POP";
        NAMES['1'] = "POP_MARK";
        NAMES['2'] = "DUP";
        NAMES['B'] = "BINBYTES";
        NAMES['C'] = "SHORT_BINBYTES";
        NAMES['F'] = "FLOAT";
        NAMES['G'] = "BINFLOAT";
        NAMES['I'] = "INT";
        NAMES['J'] = "BININT";
        NAMES['K'] = "BININT1";
        NAMES['L'] = "LONG";
        NAMES['M'] = "BININT2";
        NAMES['N'] = "NONE";
        NAMES['P'] = "PERSID";
        NAMES['Q'] = "BINPERSID";
        NAMES['R'] = "REDUCE";
        NAMES['S'] = "STRING";
        NAMES['T'] = "BINSTRING";
        NAMES['U'] = "SHORT_BINSTRING";
        NAMES['V'] = "UNICODE";
        NAMES['X'] = "BINUNICODE";
        NAMES[']'] = "EMPTY_LIST";
        NAMES['a'] = "APPEND";
        NAMES['b'] = "BUILD";
        NAMES['c'] = "GLOBAL";
        NAMES['d'] = "DICT";
        NAMES['e'] = "APPENDS";
        NAMES['g'] = "GET";
        NAMES['h'] = "BINGET";
        NAMES['i'] = "INST";
        NAMES['j'] = "LONG_BINGET";
        NAMES['l'] = "LIST";
        NAMES['o'] = "OBJ";
        NAMES['p'] = "PUT";
        NAMES['q'] = "BINPUT";
        NAMES['r'] = "LONG_BINPUT";
        NAMES['s'] = "SETITEM";
        NAMES['t'] = "TUPLE";
        NAMES['u'] = "SETITEMS";
        NAMES['}'] = "EMPTY_DICT";
        NAMES[0x80] = "PROTO";
        NAMES[0x81] = "NEWOBJ";
        NAMES[0x82] = "EXT1";
        NAMES[0x83] = "EXT2";
        NAMES[0x84] = "EXT4";
        NAMES[0x85] = "TUPLE1";
        NAMES[0x86] = "TUPLE2";
        NAMES[0x87] = "TUPLE3";
        NAMES[0x88] = "NEWTRUE";
        NAMES[0x89] = "NEWFALSE";
        NAMES[0x8a] = "LONG1";
        NAMES[0x8b] = "LONG4";
        NAMES[0x8c] = "SHORT_BINUNICODE";
        NAMES[0x8d] = "BINUNICODE8";
        NAMES[0x8e] = "BINBYTES8";
        NAMES[0x8f] = "EMPTY_SET";
        NAMES[0x90] = "ADDITEMS";
        NAMES[0x91] = "FROZENSET";
        NAMES[0x92] = "NEWOBJ_EX";
        NAMES[0x93] = "STACK_GLOBAL";
        NAMES[0x94] = "MEMOIZE";
        NAMES[0x95] = "FRAME";
        NAMES[0x96] = "BYTEARRAY8";
        NAMES[0x97] = "NEXT_BUFFER";
        NAMES[0x98] = "READONLY_BUFFER";
    }

    private PickleOpcodes() {}

    /** The name of an opcode, and its number. */
    static String name(int opcode) {
        String name = NAMES[opcode];
        return (name == null ? "an unknown opcode" : name) + String.format(" (0x%02x)", opcode);
    }
}
