export async function main(argv: readonly string[]): Promise<number> { console.log(argv); return 0; }
