package millrace.sandbox

import millrace.declarative.Ast
import org.codehaus.groovy.ast.*
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*
import org.codehaus.groovy.control.SourceUnit

/**
 * Finds in a pipeline or a library step what Jenkins' script sandbox refuses, what the CPS transform cannot compile
 * or gets silently wrong, what kills a build when its state is saved, and what interpolates into a shell.
 * It judges names in a syntax tree, not types: what it does not know it refuses.
 */
class SandboxCheck extends ClassCodeVisitorSupport {
    final List<Finding> findings = []
    private final Set<String> ownClasses = []
    private final Set<String> nonCpsMethods = []
    private final Set<String> locals = []
    private final Set<String> interpolated = []
    private Set<String> changingFields = []
    private boolean inNonCps = false

    static List<Finding> check(String text) {
        def check = new SandboxCheck()
        def module
        try {
            module = Ast.parse(text)
        } catch (Ast.SyntaxErrors e) {
            return e.errors.collect { new Finding(0, 0, 'syntax', it) }
        }
        check.ownClasses.addAll(module.classes*.nameWithoutPackage)
        module.classes.each { c -> c.methods.each { if (isNonCps(it)) check.nonCpsMethods << it.name } }
        module.methods.each { if (isNonCps(it)) check.nonCpsMethods << it.name }
        check.changingFields = ChangingFields.of(module)
        module.imports.each { if (it.annotations) check.find(it, 'grab', 'annotations on imports are refused') }
        def (scripts, classes) = module.classes.split { it.script }
        check.visitBody(module.statementBlock)
        module.methods.each { check.visitMethod(it) }
        classes.each { check.visitClass(it) }
        return check.findings.unique(false)
    }

    protected SourceUnit getSourceUnit() { null }

    private static boolean isNonCps(MethodNode m) { m.annotations.any { it.classNode.nameWithoutPackage == 'NonCPS' } }

    private void find(ASTNode where, String rule, String message) {
        findings << new Finding(where.lineNumber, where.columnNumber, rule, message)
    }

    private void visitBody(Statement s) {
        KeptValues.find(s).each { findings << it }
        s?.visit(this)
    }

    @Override
    void visitMethod(MethodNode node) {
        if (node.synthetic) return
        inNonCps = isNonCps(node)
        locals.addAll(node.parameters*.name)
        node.parameters.each { it.initialExpression?.visit(this) }
        if (inNonCps) node.code?.visit(this) else visitBody(node.code)
        inNonCps = false
    }

    @Override
    void visitDeclarationExpression(DeclarationExpression e) {
        if (!e.multipleAssignmentDeclaration) {
            locals << e.variableExpression.name
            if (isInterpolated(e.rightExpression)) interpolated << e.variableExpression.name
        }
        super.visitDeclarationExpression(e)
    }

    /** CPS code keeps a script's fields in the binding; code outside of CPS reads the field itself, as it began. */
    @Override
    void visitVariableExpression(VariableExpression e) {
        if (inNonCps && e.name in changingFields) {
            find(e, 'field in @NonCPS', "${e.name} is read as it was declared, not as it was set; pass it as an argument")
        }
        super.visitVariableExpression(e)
    }

    @Override
    void visitConstructorCallExpression(ConstructorCallExpression e) {
        def name = e.type.nameWithoutPackage
        if (!e.specialCall && !(name in SandboxRules.CONSTRUCTORS) && !(name in ownClasses)) {
            find(e, 'constructor', "new $name is not known to be allowed in the sandbox")
        }
        super.visitConstructorCallExpression(e)
    }

    @Override
    void visitMethodCallExpression(MethodCallExpression e) {
        def name = e.methodAsString
        if (e.spreadSafe) refuseSpread(e)
        if (name == null) find(e, 'dynamic call', 'a computed method name cannot be judged')
        else if (e.implicitThis) checkOwnCall(e, name)
        else if (isClass(e.objectExpression)) checkStatic(e, name)
        else checkMethod(e, name)
        super.visitMethodCallExpression(e)
    }

    private void checkOwnCall(MethodCallExpression e, String name) {
        if (name in SandboxRules.SHELLS) checkShell(e, name)
        if (inNonCps && !(name in nonCpsMethods) && !(name in SandboxRules.IMMEDIATE) && !(name in locals)) {
            find(e, 'step in @NonCPS', "$name is called where the build cannot wait for it")
        }
    }

    private void checkStatic(MethodCallExpression e, String name) {
        def owner = e.objectExpression.text.tokenize('.').last()
        if (!("$owner.$name".toString() in SandboxRules.STATIC_CALLS) && !(owner in ownClasses)) {
            find(e, 'static call', "$owner.$name is not known to be allowed in the sandbox")
        }
    }

    private void checkMethod(MethodCallExpression e, String name) {
        def why = SandboxRules.METHODS[name]
        if (why) find(e, 'method', "$name: $why")
        if (name in SandboxRules.EXTREMES) find(e, 'method', "$name on a collection needs a script approval")
        def args = Ast.args(e)
        def givesClosure = args.any { it instanceof ClosureExpression || it instanceof VariableExpression }
        if (!inNonCps && name in SandboxRules.CLOSURE_LOST && (givesClosure || args.any { it instanceof MethodPointerExpression })) {
            find(e, 'closure', "$name does not call its closure under CPS; put it into a @NonCPS method")
        }
    }

    private void checkShell(MethodCallExpression e, String name) {
        def script = Ast.named(e).script ?: Ast.positional(e).find { true }
        if (script && (isInterpolated(script) || script instanceof VariableExpression && script.name in interpolated)) {
            find(script, 'interpolation', "text is put together for $name; pass values by withEnv and single quotes")
        }
    }

    private static boolean isInterpolated(Expression e) {
        if (e instanceof GStringExpression) return true
        if (e instanceof BinaryExpression) return e.operation.text == '+'
        if (e instanceof TernaryExpression) return isInterpolated(e.trueExpression) || isInterpolated(e.falseExpression)
        e instanceof MethodCallExpression && (e.methodAsString in ['format', 'replace', 'concat', 'plus', 'join', 'toString']) &&
            !(e.objectExpression instanceof ConstantExpression && Ast.args(e).isEmpty())
    }

    @Override
    void visitPropertyExpression(PropertyExpression e) {
        def name = e.propertyAsString
        if (e.spreadSafe) refuseSpread(e)
        if (SandboxRules.PROPERTIES[name]) find(e, 'property', "$name: ${SandboxRules.PROPERTIES[name]}")
        if (isClass(e.objectExpression) && !isClass(e) && !(name ==~ /[A-Z][A-Z0-9_]*/)) {
            find(e, 'static property', "${e.text} is not known to be allowed in the sandbox")
        }
        super.visitPropertyExpression(e)
    }

    /** `Name` or `a.b.Name`: a class by Java's habit of naming, unless something of the file has that name. */
    private boolean isClass(Expression e) {
        if (e instanceof VariableExpression) return e.name ==~ /[A-Z]\w*[a-z]\w*|URL|URI/ && !(e.name in locals)
        if (e instanceof ClassExpression) return true
        e instanceof PropertyExpression && e.propertyAsString ==~ /[A-Z]\w*/ && !(e.propertyAsString ==~ /[A-Z0-9_]+/) &&
            e.objectExpression.text ==~ /[a-z]\w*(\.[a-z]\w*)+|java|hudson/ || e instanceof PropertyExpression &&
            e.text ==~ /(java|javax|groovy|hudson|jenkins|org|com)(\.[a-z]\w*)*\.[A-Z]\w*/
    }

    /** Overridden because the visitor passes over a spread in a list of arguments. */
    @Override
    protected void visitListOfExpressions(List<? extends Expression> list) {
        list.findAll { it instanceof SpreadExpression }.each { refuseSpread(it) }
        super.visitListOfExpressions(list)
    }

    @Override
    void visitSpreadMapExpression(SpreadMapExpression e) { refuseSpread(e); super.visitSpreadMapExpression(e) }

    private void refuseSpread(ASTNode e) {
        if (!inNonCps) find(e, 'spread', 'spread does not compile under CPS; use collect or name the arguments')
    }
}
