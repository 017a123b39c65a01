package millrace.sandbox

import millrace.declarative.Ast
import org.codehaus.groovy.ast.*
import org.codehaus.groovy.ast.expr.*

/**
 * Finds in a Job DSL script what Jenkins' sandboxed loader refuses: unknown methods (by JobDslVocabulary),
 * `configure`, constructors, static calls; and, for generated text, interpolation. A job must follow its folder.
 */
class JobDslCheck extends CodeVisitorSupport {
    static final List<String> ITEMS = ['folder', 'pipelineJob', 'multibranchPipelineJob', 'freeStyleJob', 'listView']
    private static final List<String> LOOPS = ['each', 'eachWithIndex', 'times', 'collect']
    private final List<Finding> findings = []

    /** @param folders full names of folders that exist before this script runs (earlier files of the same seed). */
    static List<Finding> check(String text, JobDslVocabulary vocabulary, Collection<String> folders = []) {
        def check = new JobDslCheck()
        try {
            Ast.parse(text).statementBlock.visit(check)
            def known = new HashSet<String>(folders)
            JobDslVocabulary.walk(text) { String block, MethodCallExpression c ->
                if (!(c.methodAsString in vocabulary.allowed[block])) {
                    check.find(c, 'unknown method', "${c.methodAsString} is not known in ${block ?: 'the script'}")
                }
                if (block == '' && c.methodAsString in ITEMS) check.checkItem(c, known)
            }
        } catch (Ast.SyntaxErrors e) {
            return e.errors.collect { new Finding(0, 0, 'syntax', it) }
        }
        return check.findings
    }

    /** Full names of the folders that a script makes. */
    static Set<String> foldersOf(String text) {
        def names = [] as Set
        JobDslVocabulary.walk(text) { String block, MethodCallExpression c ->
            if (c.methodAsString == 'folder') names << Ast.constant(Ast.args(c)[0])
        }
        return names
    }

    private void find(ASTNode where, String rule, String message) {
        findings << new Finding(where.lineNumber, where.columnNumber, rule, message)
    }

    private void checkItem(MethodCallExpression c, Set<String> folders) {
        def name = Ast.constant(Ast.args(c)[0]) as String
        if (name == null) return
        def parts = name.tokenize('/')
        if (parts.any { it ==~ /.*[?*\\%!@#$^&|<>\[\]:;].*/ || it in ['.', '..'] || it.endsWith('.') }) {
            find(c, 'name', "'$name' is no name for Jenkins")
        }
        def parent = parts.init().join('/')
        if (parent && !(parent in folders)) find(c, 'order', "'$name' comes before its folder '$parent'")
        if (c.methodAsString == 'folder') folders << name
    }

    @Override
    void visitMethodCallExpression(MethodCallExpression e) {
        if (e.methodAsString == 'configure') find(e, 'configure', 'configure is refused in the sandbox')
        if (!e.implicitThis && !(e.methodAsString in LOOPS && isLiteral(e.objectExpression))) {
            find(e, 'call', "${e.text} is a call on an object or a class")
        }
        super.visitMethodCallExpression(e)
    }

    @Override
    void visitPropertyExpression(PropertyExpression e) {
        find(e, 'property', "${e.text} reads an object or a class")
        super.visitPropertyExpression(e)
    }

    private static boolean isLiteral(Expression e) {
        e instanceof ListExpression || e instanceof MapExpression || e instanceof ConstantExpression
    }

    @Override
    void visitConstructorCallExpression(ConstructorCallExpression e) {
        find(e, 'constructor', "new ${e.type.nameWithoutPackage} is refused in the sandbox")
        super.visitConstructorCallExpression(e)
    }

    @Override
    void visitStaticMethodCallExpression(StaticMethodCallExpression e) {
        find(e, 'static call', "${e.text} is refused in the sandbox")
        super.visitStaticMethodCallExpression(e)
    }

    @Override
    void visitGStringExpression(GStringExpression e) {
        find(e, 'interpolation', 'generated text interpolates nothing')
        super.visitGStringExpression(e)
    }
}
