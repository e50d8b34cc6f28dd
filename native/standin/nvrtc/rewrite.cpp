#include "rewrite.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace standin {

namespace {

constexpr char kKernelAttributes[] = "__attribute__((noinline, visibility(\"default\")))";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class Rewriter {
 public:
    explicit Rewriter(const std::string& text) : text(text) {}

    Rewritten run() {
        while (at < text.size()) step();
        return std::move(result);
    }

 private:
    void emit(size_t end) {
        result.source.append(text, at, end - at);
        at = end;
    }

    // Copies the line breaks of what is left out, so that line numbers stay.
    void drop(size_t end) {
        for (; at < end; at++) {
            if (text[at] == '\n') result.source += '\n';
        }
    }

    void step() {
        char c = text[at];
        if (c == '#' && (at == 0 || text[at - 1] == '\n')) {
            emit(std::min(text.find('\n', at), text.size()));
        } else if (c == '"' || c == '\'') {
            emit(end_of_literal());
        } else if (is_word(c)) {
            word();
        } else {
            punctuation(c);
            emit(at + 1);
        }
    }

    void punctuation(char c) {
        if (c == '{') scopes.push_back(std::exchange(opening, ""));
        if (c == '}' && !scopes.empty()) scopes.pop_back();
        if (c == '{' || c == '}' || c == ';') {
            in_template = false;
            opening.clear();
        }
    }

    size_t end_of_literal() const {
        // A quote within a number separates digits.
        if (text[at] == '\'' && at > 0 && std::isdigit(static_cast<unsigned char>(text[at - 1]))) {
            return at + 1;
        }
        bool raw = text[at] == '"' && at > 0 && text[at - 1] == 'R';
        if (raw) {
            size_t open = text.find('(', at);
            std::string close = ")" + text.substr(at + 1, open - at - 1) + "\"";
            size_t end = text.find(close, open);
            return end == std::string::npos ? text.size() : end + close.size();
        }
        for (size_t i = at + 1; i < text.size(); i++) {
            if (text[i] == '\\')
                i++;
            else if (text[i] == text[at])
                return i + 1;
        }
        return text.size();
    }

    size_t end_of_word(size_t from) const {
        while (from < text.size() && is_word(text[from])) from++;
        return from;
    }

    size_t skip_space(size_t from) const {
        while (from < text.size() && std::isspace(static_cast<unsigned char>(text[from]))) from++;
        return from;
    }

    // Behind the parenthesis that closes the one at `open`.
    size_t end_of_parentheses(size_t open) const {
        int depth = 0;
        for (size_t i = open; i < text.size(); i++) {
            if (text[i] == '(') depth++;
            if (text[i] == ')' && --depth == 0) return i + 1;
        }
        return text.size();
    }

    std::string word_at(size_t from) const { return text.substr(from, end_of_word(from) - from); }

    void word() {
        std::string w = word_at(at);
        size_t end = at + w.size();
        if (w == "template") in_template = true;
        if (w == "namespace") opening = word_at(skip_space(end));
        if (w == "__global__") {
            note_kernel(end);
            result.source += kKernelAttributes;
            drop(end);
        } else if (w == "__launch_bounds__") {
            drop(end_of_parentheses(skip_space(end)));
        } else if (w == "__shared__") {
            result.source += "thread_local";
            drop(end);
        } else if (w == "extern" && word_at(skip_space(end)) == "__shared__") {
            dynamic_array(end_of_word(skip_space(end)));
        } else {
            emit(end);
        }
    }

    // The name before the parameters, past __launch_bounds__(...) and attributes.
    void note_kernel(size_t from) {
        KernelName kernel{"", "0"};
        std::string last;
        while (from < text.size()) {
            from = skip_space(from);
            if (text[from] == '(') {
                if (last != "__launch_bounds__" && last != "__attribute__") break;
                size_t end = end_of_parentheses(from);
                std::string inside = text.substr(from + 1, end - from - 2);
                if (last == "__launch_bounds__") kernel.max_threads = first_argument(inside);
                from = end;
            } else if (is_word(text[from])) {
                last = word_at(from);
                from += last.size();
            } else {
                from++;
            }
        }
        for (const std::string& scope : scopes) {
            if (!scope.empty()) kernel.qualified += scope + "::";
        }
        kernel.qualified += last;
        auto same = [&](const KernelName& k) { return k.qualified == kernel.qualified; };
        auto& all = result.kernels;
        if (!in_template && std::none_of(all.begin(), all.end(), same)) all.push_back(kernel);
    }

    static std::string first_argument(const std::string& list) {
        int depth = 0;
        for (size_t i = 0; i < list.size(); i++) {
            if (list[i] == '(' || list[i] == '<') depth++;
            if (list[i] == ')' || list[i] == '>') depth--;
            if (list[i] == ',' && depth == 0) return list.substr(0, i);
        }
        return list;
    }

    // `from` is behind __shared__: attributes, a type, a name, [], a semicolon.
    void dynamic_array(size_t from) {
        size_t bracket = text.find('[', from);
        size_t end = text.find(';', from);
        if (bracket == std::string::npos || bracket > end) {
            emit(end_of_word(at));
            return;
        }
        size_t name_end = bracket;
        while (!is_word(text[name_end - 1])) name_end--;
        size_t name = name_end;
        while (is_word(text[name - 1])) name--;
        std::string type = without_attributes(text.substr(from, name - from));
        std::string variable = text.substr(name, name_end - name);
        bool in_function = std::any_of(scopes.begin(), scopes.end(),
                                       [](const std::string& s) { return s.empty(); });
        result.source += in_function ? type + "* const " + variable + " = static_cast<" + type +
                                           "*>(standin_dynamic_shared())"
                                     : "static standin_dynamic_array<" + type + "> " + variable;
        drop(end);
    }

    static std::string without_attributes(std::string type) {
        for (const char* word : {"__attribute__", "alignas"}) {
            size_t start = type.find(word);
            if (start == std::string::npos) continue;
            int depth = 0;
            size_t i = type.find('(', start);
            do {
                if (type[i] == '(') depth++;
                if (type[i] == ')') depth--;
                i++;
            } while (depth > 0 && i < type.size());
            type.erase(start, i - start);
        }
        std::replace(type.begin(), type.end(), '\n', ' ');
        return type;
    }

    const std::string& text;
    size_t at = 0;
    Rewritten result;
    std::vector<std::string> scopes;  // names of namespaces; "" for what is none
    std::string opening;              // the namespace whose brace comes next
    bool in_template = false;
};

}  // namespace

Rewritten rewrite(const std::string& source) { return Rewriter(source).run(); }

}  // namespace standin
